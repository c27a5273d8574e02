package dev.orrery.scheduler.http.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentDifferenceTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<String> between(String was, String is) throws JsonProcessingException {
    return DocumentDifference.between(JSON.readTree(was), JSON.readTree(is));
  }

  @Test
  void ignoresOrderOfJsonKeys() throws JsonProcessingException {
    assertThat(between("{\"a\":1,\"b\":[1,2]}", "{\"b\":[1,2],\"a\":1}")).isEmpty();
  }

  @Test
  void listsEachDifferenceOnSeparateLine() throws JsonProcessingException {
    assertThat(
            between(
                "{\"/a\":{\"b\":1,\"c\":2},\"d\":[1,2],\"e\":[1]}",
                "{\"/a\":{\"b\":3,\"x\":4},\"d\":[1,5],\"e\":[]}"))
        .containsExactly(
            "/~1a/b: was 1, is 3",
            "/~1a/c: was 2, is absent",
            "/~1a/x: was absent, is 4",
            "/d/1: was 2, is 5",
            "/e: was [1], is []");
  }
}
