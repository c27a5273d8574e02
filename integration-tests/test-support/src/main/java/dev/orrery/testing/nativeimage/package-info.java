/**
 * Finds code that a native build would break. {@link dev.orrery.testing.nativeimage.FrozenValues}
 * finds static initializers that read the machine, and {@link
 * dev.orrery.testing.nativeimage.ImageHeap} objects that the image builder rejects.
 *
 * <p>Each module that goes into a native program runs both checks in its own NativeImageTest. No
 * GraalVM is needed.
 */
package dev.orrery.testing.nativeimage;
