package dev.orrery.k8s.kustomize;

/** The manifests use a feature that the renderer does not support. */
public final class Refused extends RuntimeException {
  private static final long serialVersionUID = 1;

  Refused(String what) {
    super(what + ", which this renderer does not know: teach it, or write the manifest without it");
  }

  static void unless(boolean known, String what) {
    if (!known) {
      throw new Refused(what);
    }
  }
}
