/**
 * Apps and their tokens. An app is a namespace that owns jobs, workers and tokens; {@link
 * dev.orrery.scheduler.app.AppService} creates and finds apps, and {@link
 * dev.orrery.scheduler.app.TokenService} issues and revokes tokens.
 *
 * <p>Every resource that has an app in its path finds it through {@link
 * dev.orrery.scheduler.app.AppService}. Checking the token of a request belongs to {@code
 * security}.
 */
package dev.orrery.scheduler.app;
