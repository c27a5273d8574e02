/**
 * The HTTP API for programs with PowerJob's client: {@code /openApi/*}. {@link
 * dev.orrery.scheduler.powerjob.openapi.ClientRoute} receives the calls, {@link
 * dev.orrery.scheduler.powerjob.openapi.ClientAuthentication} finds the app of the caller, and each
 * {@link dev.orrery.scheduler.powerjob.openapi.ClientCallGroup} answers some of them with the
 * services of the REST API. Nothing depends on this package.
 */
package dev.orrery.scheduler.powerjob.openapi;
