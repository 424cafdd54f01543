#ifndef FEDOW_TAP_CPCSC_H
#define FEDOW_TAP_CPCSC_H
#include <winscard.h>
#include <wintypes.h>
#endif
