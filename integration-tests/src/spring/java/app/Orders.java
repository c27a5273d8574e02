package app;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.Run;
import dev.orrery.worker.annotation.OrreryJob;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Runs jobs with the client, whose token only some tests set. */
@RestController
class Orders {
  private final ObjectProvider<OrreryClient> orrery;

  Orders(ObjectProvider<OrreryClient> orrery) {
    this.orrery = orrery;
  }

  @PostMapping("/orders/{id}")
  String place(@PathVariable String id) {
    return orrery.getObject().runJob(Run.of("slow").parameter("pause", "PT0S"), "placed-" + id);
  }

  @OrreryJob("order")
  String order(String id) {
    return orrery.getObject().runJob(Run.of("noop").parameter("order", id), "order-" + id);
  }
}
