/**
 * The messages of PowerJob's protocol MU, as a worker 5.1.2 sends them: over TCP, a length of four
 * bytes and one JSON object. The worker dials; the answers and runs of the server come back on its
 * connection.
 */
package dev.orrery.powerjob.mu;
