/**
 * Tests of clients that are generated from the packaged scheduler's OpenAPI document, and of the
 * document with linters.
 */
package dev.orrery.clients;
