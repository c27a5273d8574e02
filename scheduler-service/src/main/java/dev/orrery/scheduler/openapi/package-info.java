/**
 * The OpenAPI document. {@link dev.orrery.scheduler.openapi.ApiDocumentFilter} completes at build
 * time what annotations of resources and views say.
 *
 * <p>Documents that people write have their schemas in the packages of their readers.
 */
package dev.orrery.scheduler.openapi;
