/**
 * The programs under measurement. {@link dev.orrery.bench.stack.BenchStack} starts packaged
 * schedulers and agents, {@link dev.orrery.bench.stack.StackPool} shares one stack among scenarios,
 * and {@link dev.orrery.bench.stack.SchedulerApi} calls the REST API.
 *
 * <p>Programs run with their default settings; a scenario does not start processes itself.
 */
package dev.orrery.bench.stack;
