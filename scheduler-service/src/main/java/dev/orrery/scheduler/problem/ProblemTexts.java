package dev.orrery.scheduler.problem;

/** Messages that several classes use. */
public final class ProblemTexts {
  public static final String NO_TOKEN =
      "A valid token is needed: send the header 'Authorization: Bearer TOKEN'.";
  public static final String UNKNOWN_TOKEN =
      "The scheduler does not know this token: it is wrong, or it was revoked.";
  public static final String TOO_LARGE = "The body is larger than this port takes.";

  private ProblemTexts() {}

  /**
   * @param role that the call needs, or null where it is not known
   */
  public static String forbidden(String role) {
    return role == null
        ? "The token's role does not allow this call."
        : "This call needs a token with the role " + role + ".";
  }
}
