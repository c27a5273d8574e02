package dev.orrery.powerjob;

import dev.orrery.protocol.text.ResourceText;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes the name of a job from its free text in PowerJob. */
public final class JobNameRule {
  /** Leaves room for a number that makes the name unique. */
  private static final int MAX_LENGTH = 85;

  private static final String NAMELESS = "job";
  private static final Pattern OTHERS = Pattern.compile("[^a-z0-9._-]+");
  private static final Pattern EDGES = Pattern.compile("^[-.]+|[-.]+$");

  private JobNameRule() {}

  /** Returns {@code nightly-report} for {@code Nightly report!}. */
  public static String name(String jobName) {
    String name = OTHERS.matcher(jobName.toLowerCase(Locale.ROOT)).replaceAll("-");
    name = name.substring(0, Math.min(MAX_LENGTH, name.length()));
    name = EDGES.matcher(name).replaceAll("");
    return ResourceText.isName(name) ? name : NAMELESS;
  }
}
