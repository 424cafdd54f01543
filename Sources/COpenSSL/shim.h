#ifndef FEDOW_TAP_COPENSSL_H
#define FEDOW_TAP_COPENSSL_H
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

// Swift imports neither function-like macros nor variadics.
static inline EVP_PKEY *fedow_rsa_generate(unsigned int bits) { return EVP_RSA_gen(bits); }
static inline BIO *fedow_bio_memory(const void *bytes, int count) { return BIO_new_mem_buf(bytes, count); }
static inline long fedow_bio_contents(BIO *bio, char **bytes) { return BIO_get_mem_data(bio, bytes); }
#endif
