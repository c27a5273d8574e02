/**
 * Reads and writes JSON without a library. The libraries that applications embed use it, because an
 * application chooses its own JSON library, and its version. {@link
 * dev.orrery.protocol.json.JsonObject} reads an object, {@link dev.orrery.protocol.json.JsonWriter}
 * writes one, and {@link dev.orrery.protocol.json.JsonMap} does both for objects with any fields.
 * The services use Jackson.
 */
package dev.orrery.protocol.json;
