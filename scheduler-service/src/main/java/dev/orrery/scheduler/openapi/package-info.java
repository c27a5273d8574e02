/**
 * The OpenAPI document. {@link dev.orrery.scheduler.openapi.OpenApiRoute} serves docs/openapi.yaml.
 *
 * <p>The annotations of resources and views define the document. Tests generate it from them and
 * compare it with the file, so a start takes no time for it. Schemas of documents that users write
 * are in the packages of their readers.
 */
package dev.orrery.scheduler.openapi;
