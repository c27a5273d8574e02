/**
 * Measures the cost of open consoles. {@link dev.orrery.bench.consoles.ConsolesScenario} compares a
 * loaded scheduler with and without them, and {@link dev.orrery.bench.consoles.OpenConsole} makes
 * the calls of a browser.
 *
 * <p>The calls are in a file, {@code overview-calls.json}; a test of the console compares the page
 * with it. Rendering in the browser is not measured.
 */
package dev.orrery.bench.consoles;
