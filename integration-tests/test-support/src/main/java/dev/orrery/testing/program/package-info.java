/**
 * Packaged schedulers and agents as tests and benchmarks start them. {@link
 * dev.orrery.testing.program.Program} hides the kind of build: {@link
 * dev.orrery.testing.program.JarProgram} is a build for the JVM, {@link
 * dev.orrery.testing.program.NativeProgram} a native executable.
 *
 * <p>{@link dev.orrery.testing.program.ProgramProcess} is a started program, {@link
 * dev.orrery.testing.program.ManagementPort} asks its probes, and {@link
 * dev.orrery.testing.program.Ports} gives it ports. The settings of a program belong to the caller.
 */
package dev.orrery.testing.program;
