package dev.orrery.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the package-info.java of every package with main code describes its purpose. */
class PackageInfoTest {
  private static final Pattern TAG = Pattern.compile("\\{@\\w+ [^}]*}");
  private static final Pattern END_OF_SENTENCE = Pattern.compile("[.!?](?=\\s|$)");

  @Test
  void everyPackageIsDescribedInTwoSentences() {
    Map<String, String> sources = MainSources.read();
    Set<String> undescribed = new TreeSet<>();
    for (String file : sources.keySet()) {
      String directory = file.substring(0, file.lastIndexOf('/'));
      if (sentences(sources.get(directory + "/package-info.java")) < 2) {
        undescribed.add(directory);
      }
    }

    assertThat(sources).containsKey("protocol/src/main/java/dev/orrery/protocol/Protocol.java");
    assertThat(undescribed).as("packages without a package-info.java of two sentences").isEmpty();
  }

  @Test
  void sentencesAreCountedWithoutTheDotsOfTags() {
    assertThat(sentences(null)).isZero();
    assertThat(sentences("package a;")).isZero();
    assertThat(sentences("/** One. Of {@link dev.orrery. A} and 1.2. */ package a;")).isEqualTo(2);
  }

  private static long sentences(String packageInfo) {
    if (packageInfo == null || !packageInfo.startsWith("/**")) {
      return 0;
    }
    String comment = packageInfo.substring(0, packageInfo.indexOf("*/") + 2);
    String text = TAG.matcher(MainSources.text(comment)).replaceAll("x");
    return END_OF_SENTENCE.matcher(text).results().count();
  }
}
