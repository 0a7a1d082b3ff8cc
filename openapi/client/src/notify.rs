//! Notices, messages, the gateway and its receipts.

use fupin_contract::{
    MessageId, Page,
    notify::{
        AliyunReceipt, AliyunReply, AliyunTaken, CarrierReply, GatewayKind, GatewaySettings, MailSettings, MailTrial,
        Message, MessageChoices, MessageCosts, MessageFilter, MessageLimits, MessageTemplate, MessageTemplates,
        NoticeList, PreviewTemplate, ReadNotices, Receipt, SandboxFilter, SandboxMessage, SetMessageChoices,
        SetTemplate, SettleMessage, TemplateChannel, TemplatePreview, TencentReceipt, TencentReply, TencentTaken,
    },
};

use crate::{Client, Request, Result, Transport};

/// How a carrier proves that a receipt is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptProof {
    /// Seconds since 1970, as text.
    pub timestamp: String,
    /// HMAC-SHA256 over `<timestamp>.<body>`, in hexadecimal digits.
    pub signature: String,
}

impl<T: Transport> Client<T> {
    pub async fn list_notices(&self) -> Result<NoticeList> {
        self.call(Request::get("/api/notices")).await
    }

    pub async fn read_notices(&self, act: &ReadNotices) -> Result<()> {
        self.act(Request::post("/api/notices/read").json(act)?).await
    }

    pub async fn list_messages(&self, filter: &MessageFilter) -> Result<Page<Message>> {
        self.call(Request::get("/api/messages").query(filter)?).await
    }

    pub async fn settle_message(&self, id: MessageId, act: &SettleMessage) -> Result<Message> {
        self.call(Request::post(format!("/api/messages/{id}/settlement")).json(act)?).await
    }

    pub async fn get_gateway(&self) -> Result<GatewaySettings> {
        self.call(Request::get("/api/gateway")).await
    }

    pub async fn set_gateway(&self, settings: &GatewaySettings) -> Result<GatewaySettings> {
        self.call(Request::put("/api/gateway").json(settings)?).await
    }

    pub async fn get_mail_server(&self) -> Result<MailSettings> {
        self.call(Request::get("/api/mail-server")).await
    }

    pub async fn set_mail_server(&self, settings: &MailSettings) -> Result<MailSettings> {
        self.call(Request::put("/api/mail-server").json(settings)?).await
    }

    /// Try the mail server in force, by a mail to the caller.
    pub async fn try_mail_server(&self) -> Result<MailTrial> {
        self.call(Request::post("/api/mail-server/trial")).await
    }

    pub async fn get_message_choices(&self) -> Result<MessageChoices> {
        self.call(Request::get("/api/message-choices")).await
    }

    pub async fn set_message_choices(&self, choices: &SetMessageChoices) -> Result<MessageChoices> {
        self.call(Request::put("/api/message-choices").json(choices)?).await
    }

    /// What a carrier does. `sign` is given the very bytes that are sent.
    pub async fn take_receipt(
        &self,
        gateway: GatewayKind,
        receipt: &Receipt,
        sign: impl FnOnce(&[u8]) -> ReceiptProof,
    ) -> Result<()> {
        let request = Request::post(format!("/api/receipts/{}", gateway.name())).json(receipt)?;
        let proof = sign(request.body.as_deref().unwrap_or_default());
        let request = request.header("X-Fupin-Timestamp", proof.timestamp);
        self.act(request.header("X-Fupin-Signature", proof.signature)).await
    }

    /// What 阿里云 does.
    pub async fn take_aliyun_receipts(&self, token: &str, receipts: &[AliyunReceipt]) -> Result<AliyunTaken> {
        self.call(Request::post(format!("/api/receipts/aliyun/{token}")).json(&receipts)?).await
    }

    /// What 腾讯云 does.
    pub async fn take_tencent_receipts(&self, token: &str, receipts: &[TencentReceipt]) -> Result<TencentTaken> {
        self.call(Request::post(format!("/api/receipts/tencent/{token}")).json(&receipts)?).await
    }

    /// What a carrier does with a reply. `sign` is given the very bytes that are sent.
    pub async fn take_reply(
        &self,
        gateway: GatewayKind,
        reply: &CarrierReply,
        sign: impl FnOnce(&[u8]) -> ReceiptProof,
    ) -> Result<()> {
        let request = Request::post(format!("/api/replies/{}", gateway.name())).json(reply)?;
        let proof = sign(request.body.as_deref().unwrap_or_default());
        let request = request.header("X-Fupin-Timestamp", proof.timestamp);
        self.act(request.header("X-Fupin-Signature", proof.signature)).await
    }

    pub async fn take_aliyun_replies(&self, token: &str, replies: &[AliyunReply]) -> Result<AliyunTaken> {
        self.call(Request::post(format!("/api/replies/aliyun/{token}")).json(&replies)?).await
    }

    pub async fn take_tencent_reply(&self, token: &str, reply: &TencentReply) -> Result<TencentTaken> {
        self.call(Request::post(format!("/api/replies/tencent/{token}")).json(reply)?).await
    }

    pub async fn get_message_limits(&self) -> Result<MessageLimits> {
        self.call(Request::get("/api/message-limits")).await
    }

    pub async fn set_message_limits(&self, limits: &MessageLimits) -> Result<MessageLimits> {
        self.call(Request::put("/api/message-limits").json(limits)?).await
    }

    pub async fn get_message_costs(&self) -> Result<MessageCosts> {
        self.call(Request::get("/api/message-costs")).await
    }

    pub async fn list_message_templates(&self) -> Result<MessageTemplates> {
        self.call(Request::get("/api/message-templates")).await
    }

    pub async fn preview_message_template(&self, template: &PreviewTemplate) -> Result<TemplatePreview> {
        self.call(Request::get("/api/message-templates/preview").query(template)?).await
    }

    pub async fn set_message_template(
        &self,
        event: &str,
        channel: TemplateChannel,
        words: &SetTemplate,
    ) -> Result<MessageTemplate> {
        self.call(Request::put(format!("/api/message-templates/{event}/{}", channel.name())).json(words)?).await
    }

    pub async fn list_sandbox_messages(&self, filter: &SandboxFilter) -> Result<Page<SandboxMessage>> {
        self.call(Request::get("/api/sandbox/messages").query(filter)?).await
    }
}
