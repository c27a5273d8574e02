package dev.orrery.scheduler.http.security;

import dev.orrery.scheduler.base.problem.ProblemException;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The role of a token, which decides what its callers may do. */
public enum Role {
  /** Everything except the worker API, in all apps. Only the configured token has this role. */
  ADMIN,
  /** Reads and writes of one app. */
  OPERATOR,
  /** Reads of one app. */
  VIEWER,
  /** The worker API and discovery, for one app. */
  WORKER,
  /** Declares the jobs of applications of one app, and runs those. */
  DECLARE;

  /** Returns the role names that this role satisfies when a resource requires them. */
  public Set<String> includes() {
    return switch (this) {
      case ADMIN -> Set.of(Names.ADMIN, Names.OPERATOR, Names.VIEWER, Names.DECLARE);
      case OPERATOR -> Set.of(Names.OPERATOR, Names.VIEWER, Names.DECLARE);
      case VIEWER -> Set.of(Names.VIEWER);
      case WORKER -> Set.of(Names.WORKER);
      case DECLARE -> Set.of(Names.DECLARE);
    };
  }

  /** Returns the name in token requests, responses and errors. */
  public String canonicalName() {
    return switch (this) {
      case ADMIN -> Names.ADMIN;
      case OPERATOR -> Names.OPERATOR;
      case VIEWER -> Names.VIEWER;
      case WORKER -> Names.WORKER;
      case DECLARE -> Names.DECLARE;
    };
  }

  public static Stream<Role> ofTokens() {
    return Arrays.stream(values()).filter(role -> role != ADMIN);
  }

  /**
   * Parses the role of a new token, which must not be {@code admin}.
   *
   * @throws ProblemException {@code INVALID} for any other value
   */
  public static Role ofToken(String name) {
    return ofTokens()
        .filter(role -> role.canonicalName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                ProblemException.invalid(
                    "role",
                    "'role' must be one of "
                        + ofTokens().map(Role::canonicalName).collect(Collectors.joining(", "))
                        + "."));
  }

  /** The names, for annotations. */
  public static final class Names {
    public static final String ADMIN = "admin";
    public static final String OPERATOR = "operator";
    public static final String VIEWER = "viewer";
    public static final String WORKER = "worker";
    public static final String DECLARE = "declare";

    private Names() {}
  }
}
