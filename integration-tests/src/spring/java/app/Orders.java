package app;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.worker.annotation.OrreryJob;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Runs jobs with the client, whose token only some tests set. */
@Component
class Orders {
  private final ObjectProvider<OrreryClient> orrery;

  Orders(ObjectProvider<OrreryClient> orrery) {
    this.orrery = orrery;
  }

  @OrreryJob("order")
  String order(String id) {
    return orrery.getObject().runJob(Run.of("noop").parameter("order", id), "order-" + id);
  }
}
