#ifndef FEDOW_TAP_CPCSC_H
#define FEDOW_TAP_CPCSC_H
#include <winscard.h>
#include <wintypes.h>

// SCARD_PCI_T0 and SCARD_PCI_T1 are macros over global variables, which Swift 6 does not let us touch.
static inline const SCARD_IO_REQUEST *fedow_scard_pci(DWORD protocol) {
  return protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
}
#endif
