/**
 * Apps and their tokens. An app is the tenant that owns jobs, workers and tokens; {@link
 * dev.orrery.scheduler.model.app.AppService} creates and finds apps, and {@link
 * dev.orrery.scheduler.model.app.TokenService} issues and revokes tokens.
 *
 * <p>Every resource that has an app in its path finds it through {@link
 * dev.orrery.scheduler.model.app.AppService}. The package {@code security} checks the token of a
 * request.
 */
package dev.orrery.scheduler.model.app;
