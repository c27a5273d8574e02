/**
 * Bounds of texts that users and programs write. {@link dev.orrery.protocol.text.BoundedText} cuts
 * them, always between characters.
 *
 * <p>The bound itself belongs to the feature, next to the field that it limits.
 */
package dev.orrery.protocol.text;
