package dev.orrery.scheduler.http.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.problem.ProblemTexts;
import dev.orrery.scheduler.base.quota.AppQuota;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.QuarkusHttpUser;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * The caller of a request, from the verified token.
 *
 * @param role of the token
 * @param appId the only app that the token may see; null for the admin, who sees all
 * @param app that app's name; null for the admin
 * @param tokenId of the token; null for the admin
 * @param credential the secret of the request; calls that outlive the request end with it
 */
public record Caller(
    Role role, Integer appId, String app, Long tokenId, CallerCredential credential) {
  private static final String ATTRIBUTE = "orrery.caller";

  public static final Caller ADMIN = new Caller(Role.ADMIN, null, null, null);

  /** Creates a caller whose token cannot be revoked. */
  public Caller(Role role, Integer appId, String app, Long tokenId) {
    this(role, appId, app, tokenId, CallerCredential.OF_ADMIN);
  }

  /** Creates a caller that is not recorded as an author, such as a worker. */
  public Caller(Role role, Integer appId, String app) {
    this(role, appId, app, null);
  }

  /** Returns a copy, authenticated by the session of a browser. */
  public Caller in(TokenHash browserSession) {
    return new Caller(role, appId, app, tokenId, credential.in(browserSession));
  }

  public static Caller of(SecurityIdentity identity) {
    return find(identity)
        .orElseThrow(
            () -> new IllegalStateException("The request was accepted without a token of ours"));
  }

  /** Returns the caller of a request; empty for a request without a token, such as a sign-in. */
  public static Optional<Caller> find(SecurityIdentity identity) {
    return Optional.ofNullable(identity.getAttribute(ATTRIBUTE));
  }

  /** Returns the caller of a request; empty for a request without a token. */
  public static Optional<Caller> find(RoutingContext request) {
    return request.user() instanceof QuarkusHttpUser user
        ? find(user.getSecurityIdentity())
        : Optional.empty();
  }

  public boolean isWorker() {
    return role.includes().contains(Role.Names.WORKER);
  }

  public boolean isOperator() {
    return role.includes().contains(Role.Names.OPERATOR);
  }

  public boolean isViewer() {
    return role.includes().contains(Role.Names.VIEWER);
  }

  /** Returns true if jobs that no application has declared are closed to the caller. */
  public boolean isLimitedToDeclaredJobs() {
    return role == Role.DECLARE;
  }

  public boolean maySee(int otherAppId) {
    return appId == null || appId == otherAppId;
  }

  public AuthorView author() {
    return AuthorView.of(role.canonicalName(), tokenId);
  }

  /** Returns the app to which queries are restricted; empty for the admin. */
  public Optional<Integer> onlyApp() {
    return Optional.ofNullable(appId);
  }

  /** Returns the app whose share of common resources the caller uses. */
  public int shareApp() {
    return appId == null ? AppQuota.ALL_APPS : appId;
  }

  /**
   * Returns the error for a call that needs another role.
   *
   * @param needed the required role, or null if unknown
   */
  public ProblemException forbidden(String needed) {
    return new ProblemException(
        new ProblemDetail(
            null,
            null,
            ErrorCode.FORBIDDEN.status(),
            ErrorCode.FORBIDDEN,
            (needed == null
                    ? "The token's role does not allow this call."
                    : "This call needs a token with the role " + needed + ".")
                + " This one has the role "
                + role.canonicalName()
                + ".",
            null,
            null,
            null,
            Role.Names.WORKER.equals(needed) ? ProblemTexts.WORKER_TOKEN_SETTING : null));
  }

  public SecurityIdentity toIdentity() {
    return QuarkusSecurityIdentity.builder()
        .setPrincipal(
            new QuarkusPrincipal(
                app == null ? role.canonicalName() : role.canonicalName() + "@" + app))
        .addRoles(role.includes())
        .addAttribute(ATTRIBUTE, this)
        .build();
  }
}
