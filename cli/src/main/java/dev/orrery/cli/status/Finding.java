package dev.orrery.cli.status;

/**
 * The result of one check of {@code orrery doctor}.
 *
 * @param check its name
 * @param detail what was found
 * @param fix what to do; empty if nothing must be done
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
