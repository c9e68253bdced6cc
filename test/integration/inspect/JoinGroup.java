import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A member of a group that is no orders consumer: Kafka's own client. Arguments: brokers, topic, group,
 * and the kind of group (classic, consumer, share). Reads and commits until its input ends; says "joined" once.
 */
public class JoinGroup {
  public static void main(String[] args) throws Exception {
    var settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("group.id", args[2]);
    settings.put("client.id", "java-" + args[3]);
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    if (args[3].equals("share")) share(settings, args[1]);
    else consume(settings, args[1], args[3]);
  }

  private static void consume(Properties settings, String topic, String protocol) throws Exception {
    settings.put("group.protocol", protocol);
    settings.put("auto.offset.reset", "earliest");
    if (protocol.equals("classic"))
      settings.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer.RoundRobinAssignor");
    try (var consumer = new KafkaConsumer<byte[], byte[]>(settings)) {
      consumer.subscribe(List.of(topic));
      for (var said = false; System.in.available() == 0; ) {
        consumer.poll(Duration.ofMillis(100));
        consumer.commitSync();
        if (!said && !consumer.assignment().isEmpty()) System.out.println("joined");
        said |= !consumer.assignment().isEmpty();
      }
    }
  }

  private static void share(Properties settings, String topic) throws Exception {
    try (var consumer = new KafkaShareConsumer<byte[], byte[]>(settings)) {
      consumer.subscribe(List.of(topic));
      for (var said = false; System.in.available() == 0; said = true) {
        consumer.poll(Duration.ofMillis(1000));
        if (!said) System.out.println("joined");
      }
    }
  }
}
