/**
 * A client of Orrery's REST API. {@link dev.orrery.client.ClientSettings} makes an {@link
 * dev.orrery.client.OrreryClient}, whose methods are the calls; a refused one throws an {@link
 * dev.orrery.client.OrreryException}.
 *
 * <p>Records hold results. They ignore what a newer scheduler adds, and a value that is unknown
 * here is {@code UNKNOWN}. To run jobs rather than to submit them, use the worker SDK.
 */
@NullMarked
package dev.orrery.client;

import org.jspecify.annotations.NullMarked;
