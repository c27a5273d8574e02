package dev.orrery.scheduler.console;

import dev.orrery.scheduler.security.TokenHash;
import java.time.Instant;

/**
 * The session of a browser.
 *
 * @param token what the session stands for: it ends with the token
 * @param expiresAt by the clock of the database
 */
record ConsoleSession(TokenHash token, Instant expiresAt) {}
