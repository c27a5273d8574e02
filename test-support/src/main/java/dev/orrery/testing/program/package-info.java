/** The packaged programs, of whatever kind of build, as tests and benchmarks start them. */
package dev.orrery.testing.program;
