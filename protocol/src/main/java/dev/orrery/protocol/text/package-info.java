/**
 * Texts that users and programs write. {@link dev.orrery.protocol.text.BoundedText} cuts them
 * between characters, {@link dev.orrery.protocol.text.DurationText} reads durations, {@link
 * dev.orrery.protocol.text.Placeholder} finds the placeholders of a job, {@link
 * dev.orrery.protocol.text.SafeText} replaces what a terminal would act on, {@link
 * dev.orrery.protocol.text.NearestName} finds the known name that a misspelt one was meant to be,
 * {@link dev.orrery.protocol.text.UrlText} masks the passwords of URLs, {@link
 * dev.orrery.protocol.text.TokenText} tells which texts can be a token, {@link
 * dev.orrery.protocol.text.ResourceText} which can be the name of an app or a job, and {@link
 * dev.orrery.protocol.text.BoundedFile} reads small files.
 *
 * <p>The bound itself belongs to the feature, next to the field that it limits.
 */
package dev.orrery.protocol.text;
