/**
 * Checks, parses and cuts texts that users and programs write. {@link
 * dev.orrery.protocol.text.BoundedText} cuts them between characters, {@link
 * dev.orrery.protocol.text.DurationText} parses durations, {@link
 * dev.orrery.protocol.text.Placeholder} finds the placeholders of a job, {@link
 * dev.orrery.protocol.text.SafeText} replaces control characters, {@link
 * dev.orrery.protocol.text.NearestName} suggests the known name for a misspelt one, {@link
 * dev.orrery.protocol.text.UrlText} masks passwords in URLs, {@link
 * dev.orrery.protocol.text.TokenText} recognizes valid tokens, {@link
 * dev.orrery.protocol.text.ResourceText} valid names of apps and jobs, and {@link
 * dev.orrery.protocol.text.BoundedFile} reads small files.
 *
 * <p>The maximum length of a field is defined by the feature that has the field.
 */
package dev.orrery.protocol.text;
