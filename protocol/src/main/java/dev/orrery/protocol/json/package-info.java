/**
 * JSON without a library, for the libraries that applications embed: an application chooses its own
 * JSON library, and its version. {@link dev.orrery.protocol.json.JsonObject} reads an object,
 * {@link dev.orrery.protocol.json.JsonWriter} writes one, and {@link
 * dev.orrery.protocol.json.JsonMap} does both for objects of any fields. The services use Jackson.
 */
package dev.orrery.protocol.json;
