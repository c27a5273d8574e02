/**
 * Packaged schedulers and agents as tests and benchmarks start them. {@link
 * dev.orrery.testing.program.Program} hides the kind of build: {@link
 * dev.orrery.testing.program.JarProgram} is a build for the JVM, {@link
 * dev.orrery.testing.program.NativeProgram} a native executable.
 *
 * <p>It builds the command line only; the process itself belongs to the caller.
 */
package dev.orrery.testing.program;
