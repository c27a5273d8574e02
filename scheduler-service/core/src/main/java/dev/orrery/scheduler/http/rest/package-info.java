/**
 * Building blocks of the REST API that all resources share: the root {@link
 * dev.orrery.scheduler.http.rest.ApiPath}, {@link dev.orrery.scheduler.http.rest.Page} for lists,
 * {@link dev.orrery.scheduler.http.rest.Preconditions} for conditional writes, {@link
 * dev.orrery.scheduler.http.rest.SharedResponseCache} for the calls that open consoles repeat, and
 * readers of query parameters.
 *
 * <p>The resources themselves are in the packages of their features.
 */
package dev.orrery.scheduler.http.rest;
