/**
 * Tests of the source tree and the build, such as {@link dev.orrery.build.RenovateTest} and {@link
 * dev.orrery.build.NativeModulesTest}. They read files and start no process.
 *
 * <p>Rules about dependencies between classes belong to the ArchitectureTest of each module.
 */
package dev.orrery.build;
