/**
 * Reads JSON that users wrote. {@link dev.orrery.scheduler.base.json.JsonFields} names the field of
 * every error by its path, and rejects unknown fields.
 *
 * <p>It depends on no feature; documents and their defaults belong to the readers of each feature.
 */
package dev.orrery.scheduler.base.json;
