/**
 * Tests of what applications depend on: the client in Java, those that are generated from the
 * packaged scheduler's OpenAPI document, that document with linters, and the artifacts as they are
 * published.
 */
package dev.orrery.clients;
