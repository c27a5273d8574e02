package dev.orrery.scheduler.edge.console;

import dev.orrery.scheduler.http.security.TokenHash;
import java.time.Instant;

/**
 * A console session: a signed-in browser.
 *
 * @param token the token behind the session; the session ends with it
 * @param expiresAt on the database's clock
 */
record ConsoleSession(TokenHash token, Instant expiresAt) {}
