/**
 * Finds what a native build would break in silence: {@link
 * dev.orrery.testing.nativeimage.FrozenValues} finds static initializers that read the machine.
 * What the image builder rejects, it reports by itself.
 *
 * <p>Each module that goes into a native program runs the check in its own NativeImageTest. No
 * GraalVM is needed.
 */
package dev.orrery.testing.nativeimage;
