package dev.orrery.k8s.net;

/** The result of dialling. */
public enum Reach {
  /** Connected and answered. */
  OPEN("open"),
  /** Allowed, but the pod has no listener. */
  REFUSED("refused"),
  /** No response. */
  DROPPED(".");

  private final String cell;

  Reach(String cell) {
    this.cell = cell;
  }

  String cell() {
    return cell;
  }
}
