/**
 * Measures the cost of open consoles. {@link dev.orrery.bench.consoles.ConsolesScenario} compares a
 * loaded scheduler with and without them, and {@link dev.orrery.bench.consoles.OpenConsole} makes
 * the calls of one browser.
 *
 * <p>The calls are a file, {@code overview-calls.json}; a test of the console compares the page
 * with it. What a browser does with the answers is not measured.
 */
package dev.orrery.bench.consoles;
