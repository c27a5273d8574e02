package dev.orrery.scheduler.http.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArrivingBodyTest {

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1",
    "100, 100, 100",
    "100, 7, 100",
    "32768, 32768, 32768",
    "32769, 32769, 32769",
    "100000, 100000, 100000",
    "100000, 1, 100000",
    "100000, 8192, 100000",
    "100000, 8192, 10",
    "100000, 65536, 4194304",
  })
  void preservesBytesForAnyChunking(int size, int chunk, long expected) throws IOException {
    byte[] sent = new byte[size];
    new Random(size + chunk).nextBytes(sent);
    ArrivingBody body = new ArrivingBody(expected);

    for (int from = 0; from < size; from += chunk) {
      body.add(Buffer.buffer(Arrays.copyOfRange(sent, from, Math.min(size, from + chunk))));
    }

    assertThat(body.size()).isEqualTo(size);
    assertThat(body.isEmpty()).isFalse();
    assertThat(body.stream().readAllBytes()).isEqualTo(sent);
    assertThat(body.isEmpty()).as("freed").isTrue();
    assertThat(body.size()).isEqualTo(size);
  }

  @Test
  void endsReadOfDiscardedBody() throws IOException {
    ArrivingBody body = new ArrivingBody(100_000);
    body.add(Buffer.buffer(new byte[100_000]));
    InputStream reader = body.stream();
    assertThat(reader.readNBytes(10)).hasSize(10);

    body.discard();

    assertThat(body.isEmpty()).isTrue();
    assertThat(reader.readAllBytes()).hasSizeLessThan(ArrivingBody.BLOCK_BYTES);
  }

  @Test
  void returnsNoBytesForEmptyBody() throws IOException {
    assertThat(new ArrivingBody(10).stream().readAllBytes()).isEmpty();
  }
}
