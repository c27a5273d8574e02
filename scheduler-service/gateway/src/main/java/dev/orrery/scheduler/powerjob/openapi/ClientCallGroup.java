package dev.orrery.scheduler.powerjob.openapi;

import java.util.Map;

/**
 * The calls of PowerJob's client about one subject. Each bean of this type adds its calls to the
 * route.
 */
interface ClientCallGroup {
  /** Returns the calls by the last part of their path, such as {@code saveJob}. */
  Map<String, ClientCall> calls();
}
