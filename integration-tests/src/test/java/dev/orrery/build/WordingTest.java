package dev.orrery.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Two rules of CONTRIBUTING about English. Each has a list of files that may still break it: a file
 * that no longer does must leave the list, so that lists only shrink.
 */
class WordingTest {
  private static final Pattern QUESTION =
      Pattern.compile("(What|How|Where|Which|Who|Whom|Whose|Why|Whether|When)(ever)?\\b.*");
  private static final Pattern DUTY = Pattern.compile("(?s).*\\b(is|are) to be\\b.*");

  private static final Set<String> CLASS_COMMENTS_TO_REWRITE = Set.of();

  private static final Set<String> MESSAGES_TO_REWRITE = Set.of();

  @Test
  void classCommentsNameTheirSubject() {
    assertThat(files(MainSources::typeComments, QUESTION))
        .as("files with a class comment that begins with a question word; begin with a noun")
        .containsExactlyInAnyOrderElementsOf(CLASS_COMMENTS_TO_REWRITE);
  }

  @Test
  void messagesSayMust() {
    assertThat(files(MainSources::strings, DUTY))
        .as("files with a string that contains 'is to be' or 'are to be'; write 'must be'")
        .containsExactlyInAnyOrderElementsOf(MESSAGES_TO_REWRITE);
  }

  @Test
  void commentsOfNestedAndAnnotatedTypesAreRead() {
    String source =
        """
        /** What it is.
         * It is more. */
        @Path("/x(y)") public final class A {
          /** How it is called. */
          String name = "/** Why */ class";
          /** Where it is. */
          record B() {}
        }
        """;

    assertThat(MainSources.typeComments(source))
        .containsExactly("What it is. It is more.", "Where it is.");
  }

  @Test
  void joinedStringsAreReadAsOneAndCommentsAreNot() {
    String source = "f(\"it is \"\n + \"to be\"); // \"is to be\"\n g('\"', \"x\");";

    assertThat(MainSources.strings(source)).containsExactly("\"it is to be\"", "\"x\"");
  }

  private static Set<String> files(Function<String, List<String>> parts, Pattern forbidden) {
    Set<String> found = new TreeSet<>();
    for (Map.Entry<String, String> source : MainSources.read().entrySet()) {
      if (parts.apply(source.getValue()).stream().anyMatch(forbidden.asMatchPredicate())) {
        found.add(source.getKey());
      }
    }
    return found;
  }
}
