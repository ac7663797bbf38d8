//! A message to an MQTT broker and back, over any `embedded-nal-async` stack.

use core::net::SocketAddr;

use embedded_nal_async::TcpConnect;
use rust_mqtt::Bytes;
use rust_mqtt::buffer::BumpBuffer;
use rust_mqtt::client::Client;
use rust_mqtt::client::event::Event;
use rust_mqtt::client::options::{
    ConnectOptions, DisconnectOptions, PublicationOptions, SubscriptionOptions, TopicReference,
};
use rust_mqtt::types::{MqttString, TopicFilter, TopicName};

/// What went wrong.
#[derive(Debug)]
pub enum Fault<E> {
    /// There is no connection.
    Connect(E),
    /// This step of the protocol failed.
    Step(&'static str),
}

/// Subscribes to `topic`, publishes `message` to it with quality of service 2 (exactly once), and
/// waits until it has come back from the broker, which is then the value of `received`.
///
/// # Errors
/// [`Fault`].
pub async fn there_and_back<S: TcpConnect>(
    stack: &S,
    broker: SocketAddr,
    topic: &str,
    message: &[u8],
    received: impl FnOnce(&[u8]),
) -> Result<(), Fault<S::Error>> {
    let connection = stack.connect(broker).await.map_err(Fault::Connect)?;
    let mut room = [0; 1024];
    let mut room = BumpBuffer::new(&mut room);
    let mut client = Client::<'_, '_, _, _, 1, 1, 1, 0, 4, 0, 0>::new(&mut room);
    let options = ConnectOptions::new().clean_start();
    step("connect", client.connect(connection, &options, None).await)?;

    let topic = step("topic", MqttString::from_str(topic))?;
    let filter = TopicFilter::new(topic.as_borrowed()).ok_or(Fault::Step("filter"))?;
    let exactly_once = SubscriptionOptions::new().exactly_once();
    step("subscribe", client.subscribe(filter, &exactly_once).await)?;
    let topic = TopicName::new(topic).ok_or(Fault::Step("name"))?;
    let exactly_once = PublicationOptions::new(TopicReference::Name(topic)).exactly_once();
    step(
        "publish",
        client.publish(&exactly_once, Bytes::from(message)).await,
    )?;

    // The acknowledgements of the broker come in between, in any order.
    let (mut received, mut complete) = (Some(received), false);
    while received.is_some() || !complete {
        match step("poll", client.poll().await)? {
            Event::Publish(publish) => {
                if let Some(received) = received.take() {
                    received(publish.message.as_bytes());
                }
            }
            Event::PublishComplete(_) => complete = true,
            _ => {}
        }
    }
    step(
        "disconnect",
        client.disconnect(&DisconnectOptions::new()).await,
    )?;
    Ok(())
}

fn step<T, F, E>(name: &'static str, result: Result<T, F>) -> Result<T, Fault<E>> {
    result.map_err(|_| Fault::Step(name))
}
