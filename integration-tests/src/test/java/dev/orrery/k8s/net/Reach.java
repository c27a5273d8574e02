package dev.orrery.k8s.net;

/** What becomes of somebody who dials. */
public enum Reach {
  /** Somebody listens, and answered. */
  OPEN("open"),
  /** Let through; the pod itself said that nobody listens. */
  REFUSED("refused"),
  /** No answer at all. */
  DROPPED(".");

  private final String cell;

  Reach(String cell) {
    this.cell = cell;
  }

  /** As a matrix shows it. */
  String cell() {
    return cell;
  }
}
