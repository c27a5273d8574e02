/**
 * The OpenAPI document. The annotations of resources and views define it, and {@link
 * dev.orrery.scheduler.openapi.ApiDocumentFilter} completes it at build time.
 *
 * <p>Schemas of documents that users write are in the packages of their readers.
 */
package dev.orrery.scheduler.openapi;
