package dev.orrery.cli.status;

/**
 * The result of a check of {@code orrery doctor}.
 *
 * @param check its name
 * @param detail the observation
 * @param fix the action to take; empty if none is needed
 */
record Finding(String check, Status status, String detail, String fix) {
  /** The severity of a finding. */
  enum Status {
    OK,
    WARN,
    FAIL
  }

  static Finding ok(String check, String detail) {
    return new Finding(check, Status.OK, detail, "");
  }

  static Finding warn(String check, String detail, String fix) {
    return new Finding(check, Status.WARN, detail, fix);
  }

  static Finding fail(String check, String detail, String fix) {
    return new Finding(check, Status.FAIL, detail, fix);
  }
}
