/**
 * The port plan. {@link dev.orrery.protocol.port.PortPlan} lists every port with its purpose, its
 * callers and the setting that opens it.
 *
 * <p>Documentation, manifests, the API and the tests read ports from here, so a port that is
 * missing here does not exist anywhere else.
 */
package dev.orrery.protocol.port;
