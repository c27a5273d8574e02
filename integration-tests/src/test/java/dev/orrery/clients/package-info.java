/**
 * Clients that generators make from the OpenAPI document of the packaged scheduler, and what
 * linters say of it.
 */
package dev.orrery.clients;
