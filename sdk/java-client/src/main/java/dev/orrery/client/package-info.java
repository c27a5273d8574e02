/**
 * A client of Orrery's REST API. {@link dev.orrery.client.ClientSettings} makes an {@link
 * dev.orrery.client.OrreryClient}, whose methods are the calls; a refused one throws an {@link
 * dev.orrery.client.OrreryException}.
 *
 * <p>Results are records. They ignore fields that a newer scheduler adds, and an unknown value of
 * an enum is read as {@code UNKNOWN}. To run jobs rather than to submit them, use the worker SDK.
 */
@NullMarked
package dev.orrery.client;

import org.jspecify.annotations.NullMarked;
