/**
 * Finds code that a native build would break without an error: {@link
 * dev.orrery.testing.nativeimage.FrozenValues} finds static initializers that read the machine.
 * GraalVM reports the objects that it rejects; those that are dead in the program, such as an
 * executor, show only when the tests run on native programs.
 *
 * <p>Each module that goes into a native program runs the check in its own NativeImageTest. No
 * GraalVM is needed.
 */
package dev.orrery.testing.nativeimage;
