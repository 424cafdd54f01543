#ifndef FEDOW_TAP_CNFC_H
#define FEDOW_TAP_CNFC_H
#include <nfc/nfc.h>
#endif
